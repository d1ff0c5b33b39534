import { AwsError } from "../../protocols/aws-error.ts"
import { op } from "./define.ts"

/**
 * Every refusal of STS, in AWS's words. "Recorded" marks texts that recordings of AWS show; the
 * others are AWS's as users quote them in bug reports, unless they say "not verified".
 */

const accessDenied = (message: string): AwsError =>
  new AwsError("AccessDenied", message, { status: 403 })

const validationError = (message: string): AwsError => new AwsError("ValidationError", message)

const invalidParameter = (message: string): AwsError =>
  new AwsError("InvalidParameterValue", message)

/** The words of a constraint of the model, for one that the model does not have. */
const constraint = (member: string, value: string, rule: string): AwsError =>
  validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`,
  )

export const rootMayNotAssume = (): AwsError =>
  accessDenied("Roles may not be assumed by root accounts.")

/** "You cannot use root user credentials to make this call"; the words of these are not verified. */
export const rootMayNotAssumeRoot = (): AwsError =>
  accessDenied("AssumeRoot may not be called by root accounts.")

export const mayNotEnterRoot = (account: string): AwsError =>
  accessDenied(`Not authorized to perform privileged tasks in account ${account}.`)

export const noTaskPolicy = (arn: string): AwsError =>
  validationError(`The policy ${arn} is not a policy of a root task.`)

export const notAnAccount = (principal: string): AwsError =>
  validationError(`The target principal ${principal} is not the root of an account.`)

/** Seen in an answer of AWS; that another account's token gets the same words is not verified. */
export const invalidTradeInToken = (): AwsError => validationError("Invalid trade-in token")

/** The words are the model's. */
export const expiredTradeInToken = (): AwsError =>
  op.error(
    "ExpiredTradeInTokenException",
    "The trade-in token provided in the request has expired and can no longer be exchanged for credentials.",
  )

/** AWS's words for GetSessionToken and GetFederationToken; for others not verified. */
export const notWithSession = (operation: string): AwsError =>
  accessDenied(`Cannot call ${operation} with session credentials`)

/** What the unsigned operations answer when the role's trust policy does not allow them. */
export const notAuthorized = (action: string): AwsError =>
  accessDenied(`Not authorized to perform ${action}`)

/** Recorded. */
export const malformedArn = (arn: string): AwsError => validationError(`${arn} is invalid`)

/** For an ARN that is well formed, but none of a role. */
export const notARole = (): AwsError => validationError("Request ARN is invalid")

export const chainedTooLong = (): AwsError =>
  validationError(
    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
  )

export const longerThanRole = (): AwsError =>
  validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")

/** Recorded. */
export const duplicateTags = (): AwsError =>
  invalidParameter("Duplicate tag keys found. Please note that Tag keys are case insensitive.")

/** Recorded. */
export const transitiveKeyWithoutTag = (): AwsError =>
  invalidParameter("The specified transitive tag key must be included in the requested tags.")

/** Recorded. */
export const transitiveConflict = (): AwsError =>
  invalidParameter(
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
  )

/** The rule is documented; the words are not verified. */
export const reservedTagKey = (key: string): AwsError =>
  invalidParameter(`Tag key '${key}' is invalid. Tag keys can't begin with aws:`)

/** A tag inside a token, where no model checks it. Not verified. */
export const badTokenTag = (key: string): AwsError =>
  invalidParameter(`The session tag '${key}' is invalid.`)

/** Not verified. */
export const tooManyTags = (limit: number): AwsError =>
  invalidParameter(`The number of session tags exceeds the allowed maximum of ${limit}.`)

/** The rule is documented; the words are not verified. */
export const sourceIdentityFixed = (): AwsError =>
  accessDenied("The source identity of the calling session can't be changed.")

export const policyTooLong = (policy: string, limit: number): AwsError =>
  constraint("policy", policy, `Member must have length less than or equal to ${limit}`)

/** The rule is documented; the words are the model's for such a constraint. */
export const tooManyPolicyArns = (arns: readonly string[], limit: number): AwsError =>
  constraint(
    "policyArns",
    `[${arns.join(", ")}]`,
    `Member must have length less than or equal to ${limit}`,
  )

/** The words are IAM's for its policies. */
export const malformedPolicy = (message: string): AwsError =>
  op.error("MalformedPolicyDocumentException", message)

export const policyTooLarge = (percent: number): AwsError =>
  op.error(
    "PackedPolicyTooLargeException",
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  )

export const tagsTooLarge = (percent: number): AwsError =>
  op.error(
    "PackedPolicyTooLargeException",
    `Packed size of session tags consumes ${percent}% of allotted space.`,
  )

export const incompleteMfa = (): AwsError =>
  accessDenied(
    "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
  )

export const unknownMfaDevice = (): AwsError =>
  accessDenied(
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
  )

export const wrongMfaCode = (): AwsError =>
  accessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")

export const notAJwt = (): AwsError =>
  invalidIdentityToken(
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
  )

/** Not verified. */
export const claimMissing = (claim: string): AwsError =>
  invalidIdentityToken(`Missing a required claim: ${claim}`)

export const noOidcProvider = (issuer: string): AwsError =>
  invalidIdentityToken(`No OpenIDConnect provider found in your account for ${issuer}`)

/** As users quote it. */
export const wrongTokenAudience = (): AwsError => invalidIdentityToken("Incorrect token audience")

/** As users quote it, the two blanks included. */
export const keysNotRetrieved = (): AwsError =>
  invalidIdentityToken(
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
  )

/** As users quote it. */
export const certificateMismatch = (): AwsError =>
  invalidIdentityToken(
    "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
  )

/** Not verified. */
export const signatureInvalid = (): AwsError =>
  invalidIdentityToken("The ID Token signature is invalid.")

/** The rule is documented ("Getting started with outbound identity federation"), not the words. */
export const ownTokenNotTaken = (): AwsError =>
  invalidIdentityToken(
    "Tokens of GetWebIdentityToken can't be used with AssumeRoleWithWebIdentity.",
  )

/** Not verified. */
export const tokenNotYetValid = (): AwsError =>
  invalidIdentityToken("The ID Token is not valid yet.")

/** Without the blank that AWS's text lacks in one version and has in the newer one. */
export const tokenExpired = (nowSeconds: number, endSeconds: number): AwsError =>
  op.error(
    "ExpiredTokenException",
    `Token expired: current date/time ${nowSeconds} must be before the expiration date/time ${endSeconds}`,
  )

/** No provider outside this machine is asked; the words are not verified. */
export const providerOutOfReach = (provider: string): AwsError =>
  op.error(
    "IDPCommunicationErrorException",
    `The identity provider ${provider} could not be reached: this cloud makes no calls to the internet.`,
  )

export const invalidIdentityToken = (message: string): AwsError =>
  op.error("InvalidIdentityTokenException", message)

/** What stands behind STS's SAML errors that come from another service of AWS. */
const fromDiscovery = (code: string, requestId: string): string =>
  ` (Service: AWSOpenIdDiscoveryService; Status Code: 400; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`

export const invalidBase64 = (requestId: string): AwsError =>
  invalidIdentityToken(
    `Invalid base64 SAMLResponse${fromDiscovery("AuthSamlInvalidSamlResponseException", requestId)}`,
  )

/** Not verified. */
export const unreadableResponse = (why: string): AwsError =>
  invalidIdentityToken(`Invalid SAML response: ${why}`)

export const noSamlProvider = (requestId: string): AwsError =>
  invalidIdentityToken(
    `Specified provider doesn't exist${fromDiscovery("AuthSamlManifestNotFoundException", requestId)}`,
  )

/** As users quote it. */
export const responseSignatureInvalid = (requestId: string): AwsError =>
  invalidIdentityToken(
    `Response signature invalid${fromDiscovery("AuthSamlInvalidSamlResponseException", requestId)}`,
  )

/** As users quote it. */
export const issuerNotOfProvider = (requestId: string): AwsError =>
  invalidIdentityToken(
    `Issuer not present in specified provider${fromDiscovery("AuthSamlInvalidSamlResponseException", requestId)}`,
  )

/** The spelling is AWS's. */
export const subjectUnconfirmed = (): AwsError =>
  invalidIdentityToken(
    "Responses must contain SubjectConfirmatonData with a Recipient and NotOnOrAfter",
  )

export const roleNotInAssertion = (): AwsError =>
  invalidIdentityToken(
    "SAML Assertion doesn't contain the requested Role and Metadata in the attributes",
  )

export const sessionNameMissing = (): AwsError =>
  invalidIdentityToken("RoleSessionName is required in AuthnResponse")

export const sessionNameInvalid = (): AwsError =>
  invalidIdentityToken("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")

export const tokenSourceIdentityInvalid = (): AwsError =>
  invalidIdentityToken(
    'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"',
  )

export const wrongAudience = (): AwsError =>
  invalidIdentityToken("Response does not contain the required audience.")

export const responseExpired = (): AwsError =>
  op.error("ExpiredTokenException", "Response has expired")

export const redeemedTooLate = (): AwsError =>
  op.error("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance")

/** As users quote it. */
export const invalidMessage = (): AwsError =>
  op.error("InvalidAuthorizationMessageException", "Message is not valid")

/** What AWS says of ids that it does not know is not verified. */
export const accountUnknown = (accessKeyId: string): AwsError =>
  validationError(`The access key id ${accessKeyId} does not tell its account.`)

/** The words of a constraint of the model; the values are documented. */
export const badAlgorithm = (algorithm: string): AwsError =>
  constraint("signingAlgorithm", algorithm, "Member must satisfy enum value set: [RS256, ES384]")

/** The words of these three are not verified. */
export const outboundDisabled = (): AwsError =>
  op.error(
    "OutboundWebIdentityFederationDisabledException",
    "Outbound web identity federation is not enabled for this account.",
  )

export const sessionEndsBefore = (): AwsError =>
  op.error(
    "SessionDurationEscalationException",
    "The requested token duration exceeds the remaining duration of the calling session.",
  )

export const tokenTooLarge = (): AwsError =>
  op.error(
    "JWTPayloadSizeExceededException",
    "The requested token payload size exceeds the maximum allowed size.",
  )
