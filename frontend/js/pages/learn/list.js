/**
 * Lists whose items change in place, because numbers that change with each move of the pen should not
 * cost new elements.
 */
MNIST.add('learn', (() => {
  const { element } = MNIST.learn;

  /**
   * @template {Element} Child
   * @template Item
   * @param {Element} list Its children are changed, made and removed as the items need it.
   * @param {ReadonlyArray<Item>} items
   * @param {() => Child} make Makes a child, without its content.
   * @param {(child: Child, item: Item, index: number) => void} update
   */
  function showItems(list, items, make, update) {
    while (list.children.length > items.length) list.lastElementChild?.remove();
    items.forEach((item, index) => {
      const child = /** @type {Child | undefined} */ (list.children[index]) ?? list.appendChild(make());
      update(child, item, index);
    });
  }

  /**
   * @param {HTMLElement} list A definition list.
   * @param {ReadonlyArray<[string, string]>} facts Names and values.
   */
  function showFacts(list, facts) {
    const make = () => element('div', {}, element('dt'), element('dd'));
    showItems(list, facts, make, ({ children }, [name, value]) => {
      children[0].textContent = name;
      children[1].textContent = value;
    });
  }

  return { showItems, showFacts };
})());
