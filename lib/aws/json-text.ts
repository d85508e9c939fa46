/** What a text from elsewhere says; undefined: it is not JSON. */
export const valueIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};
