import { offsetPages } from "../../registry/offset-page.ts"
import { badRequest } from "./errors.ts"

export const { pageOf } = offsetPages("hsm1:", () => badRequest("The NextToken is not valid."))
