// The builder of surveys. The page works without it (the draft as text); with it the draft is a list of cards:
// questions are added, written in two languages, put in order by pointer or keyboard, and saved by themselves.
import { keepSaved } from "../builder/keep.js";
import { build } from "../builder/editor.js";
import { preview } from "../builder/preview.js";

const data = JSON.parse(document.getElementById("builder-data").textContent);
const root = document.getElementById("builder");
document.getElementById("builder-plain").remove();
root.hidden = false;

const frame = preview(data);
const editor = build(root, data, () => saver.changed());
const saver = keepSaved(root, data, editor, () => frame.refresh());
saver.restore();
