// input[data-pick="/address"] with a datalist: while somebody types, what fits is fetched and offered. Without us the list
// holds the first few, and the server reads whatever was typed.
const WAIT = 200;
const plans = new WeakMap();

document.addEventListener("input", (event) => {
  const input = event.target.closest?.("input[data-pick]");
  if (!input?.list) return;
  // A line taken from the list is an answer, not a question.
  if ([...input.list.options].some((option) => option.value === input.value)) {
    const form = input.closest("form[data-autosubmit]");
    if (form) form.requestSubmit();
    return;
  }
  clearTimeout(plans.get(input));
  plans.set(input, setTimeout(() => offer(input), WAIT));
});

async function offer(input) {
  const typed = input.value;
  try {
    const answer = await fetch(`${input.dataset.pick}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { items } = await answer.json();
    // A slower answer to an older question must not overwrite a newer one.
    if (input.value !== typed) return;
    input.list.replaceChildren(
      ...items.map((value) => {
        const option = document.createElement("option");
        option.value = value;
        return option;
      }),
    );
  } catch {
    // What was typed is read by the server all the same.
  }
}
