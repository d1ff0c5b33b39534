import { offsetPages } from "../../registry/offset-page.ts"
import { badToken } from "./errors.ts"

export const { pageOf } = offsetPages("aas1:", badToken)
