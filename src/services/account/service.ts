import { defineService } from "../../registry/service.ts"
import { organizationTables } from "../organizations/port.ts"
import {
  alternateContacts,
  DeleteAlternateContact,
  GetAlternateContact,
  PutAlternateContact,
} from "./contact/alternate-contact.ts"
import {
  contacts,
  GetContactInformation,
  PutContactInformation,
} from "./contact/contact-information.ts"
import {
  AcceptPrimaryEmailUpdate,
  emailUpdates,
  GetPrimaryEmail,
  StartPrimaryEmailUpdate,
} from "./email/primary-email.ts"
import {
  GetAccountInformation,
  GetGovCloudAccountInformation,
  PutAccountName,
} from "./identity/account-information.ts"
import { regionOpts } from "./region/region-opt.ts"
import { DisableRegion, EnableRegion, GetRegionOptStatus, ListRegions } from "./region/regions.ts"

export const account = defineService({
  id: "account",
  operations: {
    ...{ GetAccountInformation, PutAccountName, GetGovCloudAccountInformation },
    ...{ GetContactInformation, PutContactInformation },
    ...{ GetAlternateContact, PutAlternateContact, DeleteAlternateContact },
    ...{ GetPrimaryEmail, StartPrimaryEmailUpdate, AcceptPrimaryEmailUpdate },
    ...{ ListRegions, GetRegionOptStatus, EnableRegion, DisableRegion },
  },
  tables: [contacts, alternateContacts, emailUpdates, regionOpts, ...organizationTables],
})
