// Catalogues of words are made by the server: English and Chinese by key.
export const words: Record<string, string[]>;
