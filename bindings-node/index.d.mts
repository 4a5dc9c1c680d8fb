export * from "./index.js";
import * as truenorth from "./index.js";
export default truenorth;
