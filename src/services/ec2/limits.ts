/** "You can specify a maximum of 200 values in a single request" (List and filter using the CLI and API). */
export const FILTER_VALUES = 200
