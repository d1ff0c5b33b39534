/** An identity provider for tests: its key, which nobody uses, and its certificate of a century. */

const ENTITY_ID = "https://idp.example.com"

/** Base 64 of DER, as metadata has it. */
export const IDP_CERTIFICATE =
  "MIIDFzCCAf+gAwIBAgIUJTELjbHpOpQgiYd4XxTnSrofEtkwDQYJKoZIhvcNAQELBQAwGjEYMBYGA1UEAwwPaWRwLmV4YW1wbGUuY29tMCAXDTI2MTEyMTExMDU0NVoYDzIxMjYxMDI4MTEwNTQ1WjAaMRgwFgYDVQQDDA9pZHAuZXhhbXBsZS5jb20wggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCuYD415DCiSduhMYkAnkljB8BeONfUkzgjUjz4xZ6MdHrtjk5VYw1KpKLexM3j5bi2hFUFiD3Q+zg1aNsIvwUXi4V7CFZEB0Hb1IqZyuCltMbWa/UKyCnaKwlhW9sOkYy7PNFRiu4pyt1FqI47mHqmKxR/9Yd9/iEixWvDATX+aVu0+b/znxBSP5hyn5sTWDUsgfkNOTx41WdIhgRppbHEF8x7rtqjey8OA2lFXmbZ8Jkke31R+IKCrO9TWbDSIxlU9sfiWRtKpiNiIItEVlORRJIvKlqAhttqUSghrzXqe5tq+RqHfm9VO01hZWbW6djN7vnF/OwjsxJrYnOxr17fAgMBAAGjUzBRMB0GA1UdDgQWBBQNYSoVl5DkSZmnfnjvoskzIpZLQzAfBgNVHSMEGDAWgBQNYSoVl5DkSZmnfnjvoskzIpZLQzAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQABIpJsCG1G8gqqebEKcCs4rsdfK54AwPQ4RyODTz5eKrrMgSA7fzro2XkD1BH5hI92+0Z5OsKvri5MlEhyBKG1OzPJGdrA33igZCDwlvJC8ed6wHtaEtLJfPvR6wNqMs09VbQG6ogaGCgcE5/QQN09Zv/3+W69qprH/7uwM+2CRFTlqTHmPSZVBpbfLXT/kCVudUgal/aYeWVZ/wNlNcedyok5CrvvmANPqvlBuxdcQfP7DK7InjGs5kAYTwOKEmy/6UNdNy70wXTzdH6rLNebW2tLZ/VBm3Ixy4SLUgkO6rYqI33EFDTut76kVlURhnmGl4ZhETaQuF7ajRw20fKq"

export const IDP_KEY = `-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCuYD415DCiSduh
MYkAnkljB8BeONfUkzgjUjz4xZ6MdHrtjk5VYw1KpKLexM3j5bi2hFUFiD3Q+zg1
aNsIvwUXi4V7CFZEB0Hb1IqZyuCltMbWa/UKyCnaKwlhW9sOkYy7PNFRiu4pyt1F
qI47mHqmKxR/9Yd9/iEixWvDATX+aVu0+b/znxBSP5hyn5sTWDUsgfkNOTx41WdI
hgRppbHEF8x7rtqjey8OA2lFXmbZ8Jkke31R+IKCrO9TWbDSIxlU9sfiWRtKpiNi
IItEVlORRJIvKlqAhttqUSghrzXqe5tq+RqHfm9VO01hZWbW6djN7vnF/OwjsxJr
YnOxr17fAgMBAAECggEABtUumt3+Kd3LBV3ziFqrdX3wQ8DmdCXwpTGrwfO8arSF
vJk+6ImhE7OvzhrYFn4B5uT4j+buxSmS4kThkE4r3OhSqqeA+dlu8zY42B3i/5s9
z1kbmPiO60WUcIQw6Tk60ntnmFJhUrHoSbp5GEy5QZmejAUK8hzrH3ms50881mMp
4MTmMtLrmLaKfk256jbTXDiBYmalXt/R+eWbjZUK6dLP0s3282ar+Iz93hEdxlNA
QGWvaUSTlfAuM6wu98ihqMnQw5i/BWf231AU07Bj3kLDUwJriS24ABDdTcvxEY3K
fuEsC80muBhh4i5bidWDM9CXpbau7uotMA3Vy5oVgQKBgQDkl9AvH1glsilMRCYC
Gb15mA0uNNsXK6qio4dvcWiWMC2uFE9Du7jMJubwgd09pYaWWeJOHT/FkCNdnrAk
/OXUpGf7et7myLrRqrOTR2Kat87TUfL0uQvEteLUu2KK8UfJRY7aSaDIHmIBn2iC
yahNRlo/8X87YyhhIVdopOGu5wKBgQDDSFmE5OnD+5Zgbw0dXgQ+3XELJ1Foig7F
RVXDtGQi3k888lw5dfPk+Vuh7d+ucbhO/QwLbCZPcCsM73Co8f1S5z1MQ3BfwdIr
ghjRVPSQT6CnKTRaQV/bHNF6nGflcPE5W0eqnKZftoolOMrgC45mtkFwoNHDVZCp
46kqAnKpSQKBgCOWiv+7FoMP4KQR/ATZswjqJisqaW2LC860PNKZylmPeJ0gZlK6
OAP4jn2lCiedzH090yCsJxB/5zGdEflAMhvP2KxrLaaqW4Nm2vwz4eMKeLWnjXaS
FIX0dzL9VVMiSzXHkXzkd5aQPFvaUHAEKyKUsFpCI7fAMTol8bDF8qjDAoGBAIgy
kZzKOu/hLEQdr7vnsnZV412wEmsivqJ/dQ2FZsGa4xDSx9ebmHr+HxaU3QjBb5ZH
jnr49s84oA3pgV2TSOblOC9Uaa+fcoG9vqlg4yEzKAzuBAFezwf21XL6Wsv/NX6X
Vyh7EN54ZWkIbxZLeQnR21o+D454wuh6S6VtB6NhAoGBALi0I8ubfgV6VW30emrY
Pg8pgBY2ZGqBa5gowzKPItLkiYyGxskw4Q3DgToPwexLyVMQ2e2YQ1BL/w76SM8n
rJb+8gD2Peq2dRZLdaFHws1Y4FRroRcbbPWhk8hSpKwbQEjFjE7VecWo7goR1mrh
kFJiSvXm3/su3EhAtN6zZBZW
-----END PRIVATE KEY-----`

/** Metadata as an identity provider publishes it. */
export const metadataOf = (certificate = IDP_CERTIFICATE, entityId = ENTITY_ID): string =>
  `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
      <ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data>
    </ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${entityId}/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`.padEnd(1_000)
