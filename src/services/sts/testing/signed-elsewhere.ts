/**
 * Responses that another implementation of XML signatures (xml-crypto 6.3) signed with IDP_KEY, each
 * in another way. Comments, references, sections and namespaces that nothing uses are in all of them.
 */
export const SIGNED_ELSEWHERE: Readonly<Record<string, string>> = {
  "assertion, RSA-SHA256, exclusive": `<?xml version="1.0"?>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:unused="urn:x" ID="_r" Version="2.0">
  <saml:Issuer>https://idp.example.com</saml:Issuer>
  <saml:Assertion ID="_a" Version="2.0" IssueInstant="2026-01-01T00:00:00Z">
    <saml:Issuer>https://idp.example.com</saml:Issuer><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#_a"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>dWWow92ENYDP8nyXRorryNoACm6JKeyE8YmVQlJw3vM=</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue>kDmiE50mSc4/a/8Uq6rITm8mCPiC2rAN0p/YhFQC+3uqXGqR0n4wB1tK90RU98GAbVUuyfXP+FcHG753JCLp1jOYRFfTMcJTBayjljXo1jSqnmHgSkIxhQSbw+mX9a5ejZfp6G2UYd5JyXQB7mSqZXjnPp5SdPCuMQ5dQV6eAyEvcwt6ji2PDtGFS2qaLXu28+5C06XEs1g3LHIdyKITulgTq4qgBKAozW81JBrb8If6OTnKRfzjSomC+7WIv9XTOT7dQTCFiSyXby4YG0+J/NNd9ihDfQgTGbG9G9EHeidVLMI2PIUEgdxsb0C0ASsS8JizsWYyqqsdvLlzsPlATg==</ds:SignatureValue></ds:Signature><!-- gone -->
    <saml:Subject><saml:NameID>a&amp;b &gt; "c"</saml:NameID></saml:Subject>
    <saml:AttributeStatement><saml:Attribute Name="x" xmlns:xs="http://www.w3.org/2001/XMLSchema"><saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string"><![CDATA[<v>]]></saml:AttributeValue></saml:Attribute></saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>`,
  "assertion, prefixes": `<?xml version="1.0"?>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:unused="urn:x" ID="_r" Version="2.0">
  <saml:Issuer>https://idp.example.com</saml:Issuer>
  <saml:Assertion ID="_a" Version="2.0" IssueInstant="2026-01-01T00:00:00Z">
    <saml:Issuer>https://idp.example.com</saml:Issuer><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#_a"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"><InclusiveNamespaces PrefixList="xs unused" xmlns="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/></ds:Transform><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><InclusiveNamespaces PrefixList="xs unused" xmlns="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>0Mop2OgyWLixhFo/Nw0SiSERxeJZgBce6qlXBQo+sbk=</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue>m5cyPd50IYvzoptOtPt7rNahifIbSD0j/cBnCIPyjW62Hlh0nSgiqUenxn2tYAe6VPn5q/PTiF5AK7wQ91lm9cr3Vs7Cq9Yon5Bk9g6RyUYGSX0j0GmNh/0fY4UUCi3mekUP+4a13uC8s3LGyESeKWumW7cAD989e1EpMG8YbQ4g18c887Ha63Mgd9Cmx8QNEn1663feotbOAAdHWk4bOJ2Tvu5wLkFTZA8ZffxgVkdpAsKUzdOIq9ckHpxxxdhk7nBEwiyjSN8+u0t9RF6w9IAhw5Y6plKnDEKb02wXPAVTMs5mgN5IMCDoBexEWsSmNsysE5zg4/vpopLzv/hiWw==</ds:SignatureValue></ds:Signature><!-- gone -->
    <saml:Subject><saml:NameID>a&amp;b &gt; "c"</saml:NameID></saml:Subject>
    <saml:AttributeStatement><saml:Attribute Name="x" xmlns:xs="http://www.w3.org/2001/XMLSchema"><saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string"><![CDATA[<v>]]></saml:AttributeValue></saml:Attribute></saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>`,
  "response, RSA-SHA512": `<?xml version="1.0"?>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:unused="urn:x" ID="_r" Version="2.0">
  <saml:Issuer>https://idp.example.com</saml:Issuer><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"/><ds:Reference URI="#_r"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/><ds:DigestValue>eDy7ZwrXDmSyTFNXriJQDh8ozzYTp1jXiz7efBMIlwOZbe4VE7jEFXBS6jD+5b1f/gKib90dsCn6FCX3D+fQxg==</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue>TDmKvALFD2tYlyIw96bpV6bkMxHcpfMH3jr7cQNEqSkdFKjbmAuvEE7OMj800mW6CM4lIx44gDWulIr5lLMv4Q4k0DqrCjtibj/BdpCrr2eCu/azWR5hOTr/OYfmdOfCJRrSOq/wsYKhGXXHBz9hhCeTT4rGSuHXxtD2xkTBuWWgY8Q6X3IZ862Xi/JAOZcUqUiFKA56Rf0mXm2K2R426ujMrHafA60XJbT+2zOkcO4UVxktoETAHZkfLWbgiW+6ILBqmGMnuEnJXTRAaNTNjj1I+mYyO3hrD1i2zuP2MdO5jpwS8Kq7QY3Kepv0fAwSPs655G937wY6qnraEz73Fg==</ds:SignatureValue></ds:Signature>
  <saml:Assertion ID="_a" Version="2.0" IssueInstant="2026-01-01T00:00:00Z">
    <saml:Issuer>https://idp.example.com</saml:Issuer><!-- gone -->
    <saml:Subject><saml:NameID>a&amp;b &gt; "c"</saml:NameID></saml:Subject>
    <saml:AttributeStatement><saml:Attribute Name="x" xmlns:xs="http://www.w3.org/2001/XMLSchema"><saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string"><![CDATA[<v>]]></saml:AttributeValue></saml:Attribute></saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>`,
  "response, RSA-SHA1": `<?xml version="1.0"?>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:unused="urn:x" ID="_r" Version="2.0">
  <saml:Issuer>https://idp.example.com</saml:Issuer><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"/><ds:Reference URI="#_r"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><ds:DigestValue>CgPnkCaSkNAyBWEqzupaYQlyMYE=</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue>n5fD6l3fAPf7NbNaVjWSOXQvIOLlfPK4jpzDPpOZJ50T8Tzq5JBpw0rgIRM0RoFBvzwvjljcEfYS40iCllqT+X3FSIrPqlppm6UDFM++GB9V9NceS8BMLDilhxj3Ep6rXSMt0/Ptqdmerp4q6ssO8TusOhdYanQLrtsQW2QX+QldTcJbGTF1nBoY8BqmOQoXCZlCzumHLd8gktPiDeQJBqFDUkTAVMF2hwlSSxLT/V7jbStBgNk2I4BaZ/DkbFj6EXjmwHa+XXkIYSfkK6YwoaHQnhxQeLxirKab1ZxD6oJsmGqAG3Ce3EizRq8qoXpL+GW1B8462C4NH/E9we2mpQ==</ds:SignatureValue></ds:Signature>
  <saml:Assertion ID="_a" Version="2.0" IssueInstant="2026-01-01T00:00:00Z">
    <saml:Issuer>https://idp.example.com</saml:Issuer><!-- gone -->
    <saml:Subject><saml:NameID>a&amp;b &gt; "c"</saml:NameID></saml:Subject>
    <saml:AttributeStatement><saml:Attribute Name="x" xmlns:xs="http://www.w3.org/2001/XMLSchema"><saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string"><![CDATA[<v>]]></saml:AttributeValue></saml:Attribute></saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>`,
  "assertion, inclusive": `<?xml version="1.0"?>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:unused="urn:x" ID="_r" Version="2.0">
  <saml:Issuer>https://idp.example.com</saml:Issuer>
  <saml:Assertion ID="_a" Version="2.0" IssueInstant="2026-01-01T00:00:00Z">
    <saml:Issuer>https://idp.example.com</saml:Issuer><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#_a"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>lCTMx76Eqnz3DgILzjh5MObChIGU6QOxy+xcGzSQPhk=</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue>azQCYLRIy8HpzHhEdB+R83W3vZpmEvhr5+TR6Xg6lVxWqKIRgEdShZCET8tkt61GNkKJvsTR98snB6/+oMKp4OHRJIInESUV3GHf1E378UInaRLj4EdY24sqs0fkECucS8cM7339z+5DF8hzBJH8YOso6ikKkpJJr4akUV2q1cDmqhOgIVxuSjYgFOvoTxvUX/CfvBf/wI0BZJ9isTZIVBGBX9XQR0fMafNzPtOB2ImCT+jTYer7r4SJQrIHYSTEC3vMlXqOUxu7oFZUD0MiQNgoc1y76eYlnYt4aOxO9+T6mjV5se/tLxI4F7Cgh1vTkIp8Phfk3o3ThWDZVawW8Q==</ds:SignatureValue></ds:Signature><!-- gone -->
    <saml:Subject><saml:NameID>a&amp;b &gt; "c"</saml:NameID></saml:Subject>
    <saml:AttributeStatement><saml:Attribute Name="x" xmlns:xs="http://www.w3.org/2001/XMLSchema"><saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string"><![CDATA[<v>]]></saml:AttributeValue></saml:Attribute></saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>`,
}
