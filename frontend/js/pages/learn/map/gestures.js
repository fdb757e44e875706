/**
 * What a pointer, a wheel, two fingers and keys mean on the map.
 */
MNIST.add('learn', (() => {
  /** A pointer that moves less is a click. In CSS pixels. */
  const CLICK = 5;
  const KEY_ZOOM = 1.5;
  /** Zoom of one step of a wheel, which is about 100 pixels. */
  const WHEEL = 0.0025;
  /** A key or a button moves the view by this share of the canvas. */
  const PAN = 0.2;

  /** Right and up. @type {Record<string, [number, number]>} */
  const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  class MapGestures {
    #canvas;
    #actions;
    /** Where each finger or button that is down is. @type {Map<number, {left: number, top: number}>} */
    #down = new Map();
    #distance = 0;

    /**
     * @param {HTMLCanvasElement} canvas
     * @param {MapActions} actions
     */
    constructor(canvas, actions) {
      this.#canvas = canvas;
      this.#actions = actions;
      canvas.addEventListener('pointerdown', (event) => this.#press(event));
      canvas.addEventListener('pointermove', (event) => this.#move(event));
      canvas.addEventListener('pointerup', (event) => this.#release(event));
      canvas.addEventListener('pointercancel', (event) => this.#down.delete(event.pointerId));
      canvas.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
      canvas.addEventListener('keydown', (event) => this.#key(event));
      // Two fingers are for the map, not for the page.
      for (const kind of /** @type {const} */ (['touchstart', 'touchmove'])) {
        canvas.addEventListener(kind, (event) => {
          if (event.touches.length > 1 && event.cancelable) event.preventDefault();
        }, { passive: false });
      }
    }

    /** @param {MouseEvent} event */
    #placeOf({ clientX, clientY }) {
      const { left, top } = this.#canvas.getBoundingClientRect();
      return { left: clientX - left, top: clientY - top };
    }

    /** @param {PointerEvent} event */
    #press(event) {
      if (event.button !== 0) return;
      this.#canvas.setPointerCapture(event.pointerId);
      this.#down.set(event.pointerId, this.#placeOf(event));
      this.#distance = this.#down.size === 1 ? 0 : Infinity;
    }

    /** @param {PointerEvent} event */
    #move(event) {
      const before = this.#down.get(event.pointerId);
      const now = this.#placeOf(event);
      if (before === undefined) {
        if (event.pointerType === 'mouse') this.#actions.hover(now.left, now.top);
        return;
      }
      const [right, down] = [now.left - before.left, now.top - before.top];
      this.#distance += Math.hypot(right, down);
      const other = [...this.#down].find(([id]) => id !== event.pointerId)?.[1];
      this.#down.set(event.pointerId, now);
      if (this.#distance < CLICK) return;
      if (other === undefined) {
        this.#actions.pan(right, down);
        return;
      }
      const spread = Math.hypot(before.left - other.left, before.top - other.top);
      const factor = Math.hypot(now.left - other.left, now.top - other.top) / Math.max(spread, 1);
      this.#actions.pan(right / 2, down / 2);
      this.#actions.zoom(factor, (now.left + other.left) / 2, (now.top + other.top) / 2);
    }

    /** @param {PointerEvent} event */
    #release(event) {
      if (!this.#down.delete(event.pointerId)) return;
      const { left, top } = this.#placeOf(event);
      if (this.#distance < CLICK) this.#actions.choose(left, top);
    }

    /** @param {WheelEvent} event */
    #wheel(event) {
      const isMeant = event.ctrlKey || event.metaKey || document.activeElement === this.#canvas;
      if (!isMeant) return; // the page scrolls
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1;
      // Two fingers on a touch pad come as small steps with Ctrl.
      const speed = event.ctrlKey ? 3 * WHEEL : WHEEL;
      const { left, top } = this.#placeOf(event);
      if (this.#actions.zoom(Math.exp(-event.deltaY * lines * speed), left, top)) event.preventDefault();
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const arrow = ARROWS[event.key];
      if (arrow !== undefined) {
        if (event.shiftKey) this.look(arrow);
        else this.#actions.step(arrow);
      } else if (event.key === 'Enter' || event.key === ' ') this.#actions.show();
      else if (event.key === 'Home') this.#actions.start();
      else if (event.key === '+' || event.key === '=') this.#actions.zoom(KEY_ZOOM);
      else if (event.key === '-') this.#actions.zoom(1 / KEY_ZOOM);
      else if (event.key === '0') this.#actions.reset();
      else return;
      event.preventDefault();
      event.stopPropagation();
    }

    /** @param {[number, number]} direction Right and up: where to look. */
    look([right, up]) {
      const { clientWidth, clientHeight } = this.#canvas;
      this.#actions.pan(-right * PAN * clientWidth, up * PAN * clientHeight);
    }
  }

  return { MapGestures, MAP_ARROWS: ARROWS, MAP_KEY_ZOOM: KEY_ZOOM };
})());
