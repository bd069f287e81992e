// The sheet of QR cards: its one button prints.
const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => print());
