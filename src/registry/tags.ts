/** "Tagging your AWS resources", "Tag naming limits and requirements"; counted in UTF-16. */
export const TAG_KEY_LENGTH = 128
export const TAG_VALUE_LENGTH = 256

/** Letters, numbers and spaces of any script, and `+ - = . _ : / @`. */
const PLAIN = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** Whether a text has only characters that keys and values of tags may have. */
export const isTagText = (text: string): boolean => PLAIN.test(text)

/** Whether a tag may have this key, but for AWS's own prefix, which each service words itself. */
export const isTagKey = (key: string): boolean =>
  key !== "" && key.length <= TAG_KEY_LENGTH && PLAIN.test(key)

export const isTagValue = (value: string): boolean =>
  value.length <= TAG_VALUE_LENGTH && PLAIN.test(value)
