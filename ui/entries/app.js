// Everything a staff page needs at once. Each behaviour is switched on by a data attribute and listens on
// the document, so that parts swapped in by htmx need no set-up; the few that do are named below.
import htmx from "htmx.org";
import "@tabler/core/js/src/bootstrap/collapse";
import "@tabler/core/js/src/bootstrap/dropdown";
import "@tabler/core/js/src/bootstrap/modal";
import "@tabler/core/js/src/bootstrap/offcanvas";

import "../behaviours/theme.js";
import "../behaviours/confirm.js";
import "../behaviours/once.js";
import "../behaviours/autosave.js";
import "../behaviours/autosubmit.js";
import "../behaviours/copy.js";
import "../behaviours/focus.js";
import "../behaviours/keys.js";
import "../behaviours/pick.js";
import "../behaviours/side.js";
import "../behaviours/sortable.js";
import "../behaviours/bulk.js";
import { charts } from "../behaviours/charts.js";
import { dropAccepted, keep } from "../behaviours/draft.js";
import { poll } from "../behaviours/poll.js";
import { note, words } from "../behaviours/say.js";
import { watch } from "../behaviours/unsaved.js";

window.htmx = htmx;

function setUp(root) {
  keep(root);
  watch(root);
  poll(root);
  charts(root);
}

dropAccepted();
setUp(document);
document.addEventListener("htmx:after:swap", () => setUp(document));
document.addEventListener("htmx:error", () => note(words("sayFailed")));
