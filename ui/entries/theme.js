// Loaded before the first paint: the choice kept in this browser, else what the system has.
import { applyTheme } from "../behaviours/theme_state.js";

applyTheme();
