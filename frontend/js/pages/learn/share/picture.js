/**
 * A part of the page as a PNG that is good on a slide: its canvases, lines, bars and texts where they
 * are on the screen, on the page's own paper, with a line that says what it is. It does not depend on
 * the screen's pixels: the picture is as wide as a slide.
 */
MNIST.add('learn', (() => {
  const { contextOf } = MNIST.core;
  /** In pixels of the picture. */
  const WIDTH = 1920;
  /** In pixels of the page. */
  const [MARGIN, CAPTION, NARROWEST] = [24, 18, 560];
  /** What is there to be pressed, and says nothing of the picture. */
  const CONTROLS = '.button, .icon-button, .link-button, fieldset, input, select, .controls, details:not([open]), .visually-hidden, [hidden]';
  /** A picture is at most so many times as tall as wide. */
  const TALLEST = 3;

  /**
   * @param {HTMLElement} part
   * @param {string} caption
   * @returns {Promise<Blob>}
   * @throws {Error} The browser cannot make it.
   */
  async function pictureOf(part, caption) {
    const frame = part.getBoundingClientRect();
    const width = Math.max(frame.width, NARROWEST) + 2 * MARGIN;
    const lines = wrapped(caption, width - 2 * MARGIN);
    const height = Math.min(frame.height + 3 * MARGIN + 1.5 * CAPTION * lines.length, TALLEST * width);
    const scale = WIDTH / width;
    const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: Math.round(height * scale) });
    const context = contextOf(canvas);
    const style = getComputedStyle(document.body);
    context.scale(scale, scale);
    context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--page') || style.backgroundColor;
    context.fillRect(0, 0, width, height);
    context.save();
    context.translate((width - frame.width) / 2 - frame.left, MARGIN - frame.top);
    paintElement(context, part);
    context.restore();
    context.fillStyle = style.color;
    context.font = `${CAPTION * 0.8}px ${style.fontFamily}`;
    context.textBaseline = 'alphabetic';
    lines.forEach((line, n) => context.fillText(line, MARGIN, height - MARGIN - 1.5 * CAPTION * (lines.length - 1 - n)));
    return new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob === null ? reject(new Error('No PNG was made.')) : resolve(blob)), 'image/png');
    });
  }

  /**
   * @param {CanvasRenderingContext2D} context Its coordinates are those of the window.
   * @param {Element} element
   */
  function paintElement(context, element) {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const isUnseen = style.display === 'none' || style.visibility === 'hidden' || style.opacity === '0';
    if (isUnseen || element.matches(CONTROLS)) return;
    if (box.width > 0 && !style.backgroundColor.endsWith(', 0)') && style.backgroundColor !== 'transparent') {
      context.fillStyle = style.backgroundColor;
      context.fillRect(box.left, box.top, box.width, box.height);
    }
    if (element instanceof HTMLCanvasElement && element.width > 0 && box.width > 0) {
      context.imageSmoothingEnabled = element.width > box.width;
      context.drawImage(element, box.left, box.top, box.width, box.height);
      return;
    }
    if (element instanceof SVGGeometryElement) {
      paintLine(context, element, style);
      return;
    }
    for (const child of element.childNodes) {
      if (child instanceof Element) paintElement(context, child);
      else if (child instanceof Text && box.width > 0) paintText(context, child, style);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {SVGGeometryElement} shape
   * @param {CSSStyleDeclaration} style
   */
  function paintLine(context, shape, style) {
    const matrix = shape.getScreenCTM();
    const length = shape.getTotalLength();
    if (matrix === null || !(length > 0) || style.stroke === 'none') return;
    context.save();
    context.beginPath();
    const steps = Math.min(Math.ceil(length / 2), 200);
    for (let step = 0; step <= steps; step++) {
      const { x, y } = shape.getPointAtLength((length * step) / steps).matrixTransform(matrix);
      context.lineTo(x, y);
    }
    context.strokeStyle = style.stroke;
    context.globalAlpha = Number(style.strokeOpacity) * Number(style.opacity);
    context.lineWidth = Number.parseFloat(style.strokeWidth) || 1;
    context.setLineDash(style.strokeDasharray === 'none' ? [] : style.strokeDasharray.split(/[\s,]+/).map(Number.parseFloat));
    context.stroke();
    context.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Text} text
   * @param {CSSStyleDeclaration} style
   */
  function paintText(context, text, style) {
    if (text.data.trim() === '') return;
    context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    context.fillStyle = style.color;
    context.textBaseline = 'middle';
    const range = document.createRange();
    /** @type {{top: number, left: number, height: number, words: string} | null} */
    let line = null;
    const flush = () => line !== null && context.fillText(line.words, line.left, line.top + line.height / 2);
    for (const { 0: word, index } of text.data.matchAll(/\S+\s*/g)) {
      range.setStart(text, index);
      range.setEnd(text, index + word.trimEnd().length);
      const { top, left, height } = range.getBoundingClientRect();
      if (line !== null && Math.abs(top - line.top) < height / 2) {
        line.words += word;
        continue;
      }
      flush();
      line = { top, left, height, words: word };
    }
    flush();
  }

  /**
   * @param {string} caption
   * @param {number} width In pixels of the page.
   * @returns {string[]} Its lines.
   */
  function wrapped(caption, width) {
    const most = Math.max(20, Math.floor(width / (0.45 * CAPTION)));
    const lines = [''];
    for (const word of caption.split(/(?<=\s)/)) {
      if ((lines[lines.length - 1] + word).length > most) lines.push('');
      lines[lines.length - 1] += word;
    }
    return lines;
  }

  return { pictureOf };
})());
