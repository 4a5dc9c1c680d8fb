import openfeature from "./openfeature.js";

export const { TruenorthProvider } = openfeature;
