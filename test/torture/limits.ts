/** Rows must be younger for a rise: five whole minutes, and the one that is running. */
export const BLIND_MINUTES = 6;
/** After the troubles a rollback has the weight where it should be within so long. */
export const DOWN_WITHIN_MINUTES = 3;
