/**
 * What the page says, in each language.
 */

interface Namespaces {
  words: typeof MNIST.words;
}

type Language = 'en' | 'de' | 'es' | 'zh';

/** One sentence, or one for each plural category or number. */
type Words = string | Record<string, string>;

declare namespace MNIST {
  namespace words {
    const LANGUAGES: Readonly<Record<Language, string>>;
    const language: Language;
    function switchLanguage(other: Language, fragment: string): void;
    function addWords(language: Language, area: string, words: Record<string, Words>): void;
    function hasWords(key: string): boolean;
    function text(key: string, values?: Record<string, string | number>): string;
    function number(value: number, options?: number | Intl.NumberFormatOptions): string;
    function list(parts: string[]): string;
    function percent(share: number, decimals?: number): string;
    function connectLanguageSwitch(list: HTMLSelectElement, getFragment: () => string | Promise<string>): void;
  }
}
