// A definition of Pass states, executed by aws-local-stepfunctions.
//
//     node execute.mjs INSTALLED DEFINITION.json
//
// What comes in: the folder that the package is installed in, and the definition.
// What goes out: the execution's output on stdout. Never: AWS is called.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const [installed, definition] = process.argv.slice(2)
const { StateMachine } = createRequire(`${installed}/`)('aws-local-stepfunctions')
// Its validator takes several times what it takes to execute: the engine alone.
const machine = new StateMachine(JSON.parse(readFileSync(definition, 'utf8')), {
  validationOptions: { noValidate: true },
})
console.log(JSON.stringify(await machine.run({}).result))
