/** Numbers of "IAM and AWS STS quotas" and of the STS API reference, unless a comment says else. */

const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS

/** The duration of a role session that asks for none. */
export const ROLE_SECONDS = 3_600
/** The longest that a role's own setting can allow. */
export const LONGEST_ROLE_SECONDS = 43_200
/** "When you use role chaining, your new credentials are limited to a maximum of one hour." */
export const CHAINED_SECONDS = 3_600
/** The duration of GetSessionToken and GetFederationToken that asks for none. */
export const TOKEN_SECONDS = 43_200
/** "Sessions obtained using root user credentials are restricted to a maximum of 3,600 seconds." */
export const ROOT_SECONDS = 3_600

/** "The plaintext session policies can't exceed 2,048 characters." */
export const POLICY_LENGTH = 2_048
export const POLICY_ARNS = 10
export const SESSION_TAGS = 50

/**
 * Bytes for packed policies and tags. AWS does not say how it packs; a policy that a user reports
 * to take 118 % takes 105 % by this number, for what passes at AWS must pass here.
 */
export const PACKED_BYTES = 400

/** AWS: "Token must be redeemed within 5 minutes of issuance". */
export const SAML_REDEEM_MS = 5 * MINUTE_MS

/** How long the keys of an outside issuer are believed: AWS does not say; not verified. */
export const ISSUER_KEYS_MS = HOUR_MS
/** How soon an issuer is asked again for a key that it did not have. */
export const UNKNOWN_KEY_MS = 10_000
/** "100 RSA keys and 100 EC keys" ("Create an OIDC identity provider in IAM"). */
export const ISSUER_KEYS = 200
export const ISSUER_DOCUMENT_BYTES = 512 * 1024
/** AWS gives issuers a few seconds; not verified. */
export const ISSUER_ANSWER_MS = 5_000
/** How far an issuer's clock may be ahead of ours; not verified. */
export const ISSUER_SKEW_SECONDS = 300

/** "The default duration is 300 seconds" (STS API, GetWebIdentityToken). */
export const OUTBOUND_TOKEN_SECONDS = 300
/** That there is a limit is documented; how large it is, is not verified. */
export const OUTBOUND_TOKEN_BYTES = 8_192
