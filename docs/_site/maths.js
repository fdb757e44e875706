'use strict';

// Arithmatex has marked the formulas; KaTeX draws them. Instant loading is off, so once is enough.
for (const formula of document.querySelectorAll('.arithmatex')) {
  renderMathInElement(formula, {
    delimiters: [
      { left: '\\(', right: '\\)', display: false },
      { left: '\\[', right: '\\]', display: true },
    ],
  });
}
