/** Object identifiers, in dotted decimals. */

/** Attributes of names: X.520, RFC 4519, RFC 5280 appendix A. */
export const ATTRIBUTE = Object.freeze({
  commonName: "2.5.4.3",
  surname: "2.5.4.4",
  serialNumber: "2.5.4.5",
  country: "2.5.4.6",
  locality: "2.5.4.7",
  state: "2.5.4.8",
  organization: "2.5.4.10",
  organizationalUnit: "2.5.4.11",
  title: "2.5.4.12",
  givenName: "2.5.4.42",
  initials: "2.5.4.43",
  generationQualifier: "2.5.4.44",
  dnQualifier: "2.5.4.46",
  pseudonym: "2.5.4.65",
  domainComponent: "0.9.2342.19200300.100.1.25",
  emailAddress: "1.2.840.113549.1.9.1",
})

/** RFC 5280 section 4.2. */
export const EXTENSION = Object.freeze({
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  crlNumber: "2.5.29.20",
  reasonCode: "2.5.29.21",
  issuingDistributionPoint: "2.5.29.28",
  nameConstraints: "2.5.29.30",
  crlDistributionPoints: "2.5.29.31",
  certificatePolicies: "2.5.29.32",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  authorityInfoAccess: "1.3.6.1.5.5.7.1.1",
  subjectInfoAccess: "1.3.6.1.5.5.7.1.11",
})

/** RFC 5280 section 4.2.1.12; smart cards and documents: Microsoft; logs: RFC 6962. */
export const PURPOSE = Object.freeze({
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  codeSigning: "1.3.6.1.5.5.7.3.3",
  emailProtection: "1.3.6.1.5.5.7.3.4",
  timeStamping: "1.3.6.1.5.5.7.3.8",
  ocspSigning: "1.3.6.1.5.5.7.3.9",
  any: "2.5.29.37.0",
  smartCardLogin: "1.3.6.1.4.1.311.20.2.2",
  documentSigning: "1.3.6.1.4.1.311.10.3.12",
  certificateTransparency: "1.3.6.1.4.1.11129.2.4.4",
})

/** RFC 5280 section 4.2.2, RFC 6960, RFC 6487 section 4.8.8. */
export const ACCESS = Object.freeze({
  ocsp: "1.3.6.1.5.5.7.48.1",
  caIssuers: "1.3.6.1.5.5.7.48.2",
  caRepository: "1.3.6.1.5.5.7.48.5",
  rpkiManifest: "1.3.6.1.5.5.7.48.10",
  rpkiNotify: "1.3.6.1.5.5.7.48.13",
})

export const OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1"
export const OCSP_NONCE = "1.3.6.1.5.5.7.48.1.2"
/** PKCS #9: what a request for a certificate asks to be in it. */
export const EXTENSION_REQUEST = "1.2.840.113549.1.9.14"
/** RFC 5280 section 4.2.1.4. */
export const CPS_QUALIFIER = "1.3.6.1.5.5.7.2.1"
