import { type Markup, type Tag, tidy } from '../markup.ts';

/** Text becomes text, whatever it says. */
export const toDom = (markup: Markup): Node =>
  typeof markup === 'string' ? document.createTextNode(tidy(markup)) : element(markup);

export const element = ({ tag, attributes, children }: Tag): HTMLElement => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) made.setAttribute(name, value === true ? '' : `${value}`);
  made.append(...children.map(toDom));
  return made;
};
