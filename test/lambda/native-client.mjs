// Stands in for the native part of aws-lambda-ric, which needs a C++ build: posts results to the Runtime API over node:http.
// Loaded before the client with --import; `next` is the client's own (AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1).
import { request } from 'node:http'
import Module from 'node:module'

const load = Module._load
Module._load = function (name, ...rest) {
  return name === './rapid-client.node' ? client : load.call(this, name, ...rest)
}

const client = {
  done: (id, body) => post(`${id}/response`, body),
  error: (id, body) => post(`${id}/error`, body),
}

function post(path, body) {
  const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
  const call = request({ hostname, port, method: 'POST', path: `/2018-06-01/runtime/invocation/${path}` })
  call.on('response', (response) => response.resume())
  call.end(body)
}
