/** The words that AWS's model has for them. */
export const PERMISSIONS = ["READ", "WRITE", "READWRITE"]
export const GRANTEE_TYPES = ["IAM", "DIRECTORY_USER", "DIRECTORY_GROUP"]
export const PREFIX_TYPES = ["Object"]
export const PRIVILEGES = ["Default", "Minimal"]
