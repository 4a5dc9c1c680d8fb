export * from "./openfeature.js";
