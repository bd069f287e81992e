document.getElementById("builder");
