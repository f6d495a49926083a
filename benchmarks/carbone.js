// Renders the letter with Carbone: node carbone.js CARBONE TEMPLATE DATA.json FACTORIES TIMES COUNT CLIENTS FOLDER
// Prints {"letter": median seconds of one, "rate": letters a second of COUNT that are asked for at once,
// "clients": letters a second of COUNT from CLIENTS that each ask for the next when they have the last}.
'use strict';
const fs = require('fs');
const [carbonePath, template, dataFile, factories, times, count, clients, folder] = process.argv.slice(2);
const carbone = require(carbonePath);
const data = JSON.parse(fs.readFileSync(dataFile, 'utf8'));

const render = (number) => new Promise((resolve, reject) => {
  const one = Object.assign({}, data, { nomor : data.nomor.replace('NUMBER', number) });
  carbone.render(template, one, { convertTo : 'pdf' }, (error, pdf) => {
    if (error || pdf.subarray(0, 4).toString() !== '%PDF') {
      return reject(error || new Error('no PDF'));
    }
    resolve(pdf);
  });
});

async function main () {
  carbone.set({ factories : Number(factories), startFactory : true, tempPath : folder, renderPath : folder + '/render' });
  const warm = await Promise.all(Array.from({ length : 4 * factories }, (_, number) => render(number)));
  fs.writeFileSync(folder + '/letter.pdf', warm[0]);
  const taken = [];
  for (let number = 0; number < Number(times); number++) {
    const begun = process.hrtime.bigint();
    await render(number);
    taken.push(Number(process.hrtime.bigint() - begun) / 1e9);
  }
  taken.sort((a, b) => a - b);
  const begun = process.hrtime.bigint();
  await Promise.all(Array.from({ length : Number(count) }, (_, number) => render(number)));
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  let next = 0;
  const client = async () => {
    while (next < Number(count)) {
      await render(next++);
    }
  };
  const started = process.hrtime.bigint();
  await Promise.all(Array.from({ length : Number(clients) }, client));
  const clientSeconds = Number(process.hrtime.bigint() - started) / 1e9;
  console.log(JSON.stringify({
    letter : taken[Math.floor(taken.length / 2)], rate : count / seconds, clients : count / clientSeconds
  }));
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
