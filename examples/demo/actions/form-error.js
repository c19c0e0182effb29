// Validates form fields. Invalid fields are reported to the user.

/** Sent as status 400, with the message as body. */
export class FormError extends Error {}

/**
 * The trimmed text of a field. Throws a FormError if it is empty or too long.
 *
 * @param {URLSearchParams} form
 * @param {string} field
 * @param {number} longest in characters
 */
export function textField(form, field, longest) {
  const text = form.get(field)?.trim() ?? "";
  if (text === "" || text.length > longest)
    throw new FormError(`"${field}" must have 1 to ${longest} characters.`);
  return text;
}
