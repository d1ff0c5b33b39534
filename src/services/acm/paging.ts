import { offsetPages } from "../../registry/offset-page.ts"
import { badPageToken } from "./errors.ts"

export const { pageOf } = offsetPages("acm1:", badPageToken)
