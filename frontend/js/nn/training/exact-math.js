/**
 * exp and log that give the same bits everywhere. Math.exp and Math.log may differ in their last bits
 * from one browser to the next; + − × ÷ may not (IEEE 754). So both are computed from these.
 */
MNIST.core.shareWithWorkers('nn', () => {
  // ln 2 in two parts: the first has so few digits that its multiples up to 2¹⁰ are exact.
  const LN2_HIGH = 0.693147180369123816490;
  const LN2_LOW = 1.90821492927058770002e-10;
  const INVERSE_LN2 = 1.44269504088896338700;
  const LOWEST = -1074;

  /** 2ᵏ for k from −1074 to 1023. */
  const POWERS = new Float64Array(1023 - LOWEST + 1);
  POWERS[-LOWEST] = 1;
  for (let k = 1; k <= 1023; k++) POWERS[k - LOWEST] = 2 * POWERS[k - 1 - LOWEST];
  for (let k = -1; k >= LOWEST; k--) POWERS[k - LOWEST] = POWERS[k + 1 - LOWEST] / 2;

  /** 1/n! for n from 0 to 13. */
  const INVERSE_FACTORIALS = [1];
  for (let n = 1; n <= 13; n++) INVERSE_FACTORIALS.push(INVERSE_FACTORIALS[n - 1] / n);

  /**
   * eˣ = 2ᵏ·eʳ with x = k·ln 2 + r and |r| ≤ ½·ln 2, where 14 terms of the Taylor series are enough:
   * eʳ = 1 + r + r²/2! + …
   *
   * @param {number} x
   * @returns {number} Within two units of the last place.
   */
  function exactExp(x) {
    if (!(x > -745.2)) return x === x ? 0 : NaN; // too small for a number
    if (x > 709.7) return Infinity;
    const k = Math.floor(x * INVERSE_LN2 + 0.5);
    const r = x - k * LN2_HIGH - k * LN2_LOW;
    let sum = 0;
    for (let n = 13; n >= 0; n--) sum = sum * r + INVERSE_FACTORIALS[n];
    return k > LOWEST ? sum * POWERS[k - LOWEST] : sum * POWERS[0];
  }

  /**
   * log x = k·ln 2 + log m with x = 2ᵏ·m and √½ ≤ m < √2. With s = (m − 1) / (m + 1),
   * log m = 2·(s + s³/3 + s⁵/5 + …), where |s| < 0.172, so 11 terms are enough.
   *
   * @param {number} x
   * @returns {number} Within two units of the last place, or a little more close to 1.
   */
  function exactLog(x) {
    if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x > 0 ? x : NaN;
    let k = 0;
    let m = x;
    while (m >= Math.SQRT2) {
      m /= 2;
      k++;
    }
    while (m < Math.SQRT1_2) {
      m *= 2;
      k--;
    }
    const s = (m - 1) / (m + 1);
    let sum = 0;
    for (let n = 21; n >= 1; n -= 2) sum = sum * s * s + 1 / n;
    return k * LN2_HIGH + (k * LN2_LOW + 2 * s * sum);
  }

  return { exactExp, exactLog };
});
