import { publicRecordTables } from "../../engines/dns/public-record.ts"
import { defineService } from "../../registry/service.ts"
import { authorityTables } from "../acm-pca/port.ts"
import { GetAccountConfiguration, PutAccountConfiguration } from "./account/configuration.ts"
import { configurations } from "./account/days-before-expiry.ts"
import { certificateResource, certificates } from "./certificate/certificate.ts"
import { DeleteCertificate, RevokeCertificate } from "./certificate/delete.ts"
import { DescribeCertificate, GetCertificate } from "./certificate/describe.ts"
import { ExportCertificate } from "./certificate/export.ts"
import { nextKeys, sealedKeys } from "./certificate/key.ts"
import { UpdateCertificateOptions } from "./certificate/options.ts"
import {
  AddTagsToCertificate,
  ListTagsForCertificate,
  RemoveTagsFromCertificate,
} from "./certificate/tags.ts"
import { uses } from "./certificate/use.ts"
import { onTellBridge } from "./events/events.ts"
import { ImportCertificate } from "./import/import.ts"
import { QUOTAS } from "./limits.ts"
import { ListCertificates } from "./listing/list.ts"
import { SearchCertificates } from "./listing/search.ts"
import { expireCertificate, warnOfEnd } from "./renewal/plan.ts"
import { lookAtRenewal, RenewCertificate } from "./renewal/renew.ts"
import { issueCertificate } from "./request/issue.ts"
import { RequestCertificate } from "./request/request.ts"
import { forgetToken, tokens } from "./token.ts"
import { ResendValidationEmail } from "./validation/email.ts"
import { awaited } from "./validation/record.ts"
import { onDnsChanged, timeOut } from "./validation/validate.ts"

export const acm = defineService({
  id: "acm",
  operations: {
    ...{ RequestCertificate, DescribeCertificate, GetCertificate, ListCertificates },
    ...{ ImportCertificate, ExportCertificate, DeleteCertificate, RevokeCertificate },
    ...{ RenewCertificate, ResendValidationEmail, UpdateCertificateOptions, SearchCertificates },
    ...{ AddTagsToCertificate, RemoveTagsFromCertificate, ListTagsForCertificate },
    ...{ GetAccountConfiguration, PutAccountConfiguration },
  },
  resources: [certificateResource],
  tables: [
    ...[certificates, sealedKeys, nextKeys, uses, awaited, configurations, tokens],
    ...publicRecordTables,
    ...authorityTables,
  ],
  jobs: [issueCertificate, timeOut, expireCertificate, lookAtRenewal, warnOfEnd, forgetToken],
  receivers: [onDnsChanged, onTellBridge],
  quotas: Object.values(QUOTAS),
  uses: ["acm-pca"],
})
