import { oidcProviderResource, oidcProviders } from "./oidc-provider.ts"
import {
  AddClientIDToOpenIDConnectProvider,
  CreateOpenIDConnectProvider,
  DeleteOpenIDConnectProvider,
  GetOpenIDConnectProvider,
  ListOpenIDConnectProviders,
  ListOpenIDConnectProviderTags,
  RemoveClientIDFromOpenIDConnectProvider,
  TagOpenIDConnectProvider,
  UntagOpenIDConnectProvider,
  UpdateOpenIDConnectProviderThumbprint,
} from "./oidc.ts"
import { samlProviderResource, samlProviders } from "./saml-provider.ts"
import {
  CreateSAMLProvider,
  DeleteSAMLProvider,
  GetSAMLProvider,
  ListSAMLProviders,
  ListSAMLProviderTags,
  TagSAMLProvider,
  UntagSAMLProvider,
  UpdateSAMLProvider,
} from "./saml.ts"

export const providerOperations = {
  ...{ CreateOpenIDConnectProvider, GetOpenIDConnectProvider, ListOpenIDConnectProviders },
  ...{ UpdateOpenIDConnectProviderThumbprint, DeleteOpenIDConnectProvider },
  ...{ AddClientIDToOpenIDConnectProvider, RemoveClientIDFromOpenIDConnectProvider },
  ...{ TagOpenIDConnectProvider, UntagOpenIDConnectProvider, ListOpenIDConnectProviderTags },
  ...{ CreateSAMLProvider, GetSAMLProvider, ListSAMLProviders, UpdateSAMLProvider },
  ...{ DeleteSAMLProvider, TagSAMLProvider, UntagSAMLProvider, ListSAMLProviderTags },
}

export const providerTables = [oidcProviders, samlProviders]
export const providerResources = [oidcProviderResource, samlProviderResource]
