/**
 * The lessons as a whole: list, player, and the page to print.
 */
MNIST.add('learn', (() => {
  const { LessonOverview, LessonPlayer, LessonProgress, LessonSheet } = MNIST.learn;

  class LessonRoom {
    #progress = new LessonProgress();
    #sheet = new LessonSheet(this.#progress);
    #overview;
    #player;

    /** @param {LessonHost} host */
    constructor(host) {
      this.#player = new LessonPlayer(host, this.#progress, () => this.openOverview());
      this.#overview = new LessonOverview(
        this.#progress, ({ lesson, step }) => this.openAt(lesson, step), () => this.#sheet.open(),
      );
    }

    get position() {
      return this.#player.position;
    }

    get isVeiling() {
      return this.#player.isVeiling;
    }

    /**
     * @param {number} lesson
     * @param {number} step
     */
    openAt(lesson, step) {
      this.#overview.close();
      this.#sheet.close();
      this.#player.openAt(lesson, step);
    }

    openOverview() {
      this.#overview.open();
    }

    render() {
      this.#player.render();
    }
  }

  return { LessonRoom };
})());
