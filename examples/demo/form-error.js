// What is said about a form that cannot be accepted as it is.

/** 400, with these words. */
export class FormError extends Error {}

/**
 * @param {URLSearchParams} form
 * @param {string} field
 * @param {number} longest in characters
 */
export function line(form, field, longest) {
  const text = form.get(field)?.trim() ?? "";
  if (text === "" || text.length > longest)
    throw new FormError(`"${field}" has to have 1 to ${longest} characters.`);
  return text;
}
