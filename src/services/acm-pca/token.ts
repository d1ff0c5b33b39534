import { idempotencyTokens } from "../../registry/idempotency-token.ts"
import { TOKEN_MS } from "./limits.ts"

export const { tokens, forgetToken, madeBefore, remember } = idempotencyTokens("acm-pca", TOKEN_MS)
