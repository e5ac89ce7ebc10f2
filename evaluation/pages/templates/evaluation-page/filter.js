// Filter the list of pages as a reader types. Without script the box stays hidden and the list is whole.
const box = document.querySelector(".filter");
const field = box.querySelector("input");
const count = box.querySelector("output");
const items = [...document.querySelectorAll(".contents > li")];
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const texts = items.map((item) => plain(item.innerText));
box.hidden = false;
field.addEventListener("input", () => {
  const words = plain(field.value).split(/\s+/);
  items.forEach((item, i) => { item.hidden = !words.every((word) => texts[i].includes(word)); });
  const shown = items.filter((item) => !item.hidden).length;
  count.textContent = `${shown} / ${items.length}`;
});
