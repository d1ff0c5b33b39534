export { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
