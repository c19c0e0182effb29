// The type of session values where none is given: augment it once for a whole application.

/**
 * The values of a session. Add your own:
 *
 * ```ts
 * declare module "@redistore/core" {
 *   interface SessionData { user: { id: string; name: string }; views: number }
 * }
 * ```
 */
// eslint-disable-next-line typescript/no-empty-object-type -- empty on purpose: augmentation fills it
export interface SessionData {}
