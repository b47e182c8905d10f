// What is said while a file is sent.
import { area } from '../words/area'

export const words = area('sending', {
  en: {
    working: 'Working on {{name}}',
    sent: '{{percent}} % sent',
    reading: 'All of it is sent; the node reads the rest',
    cancel: 'Stop',
    stopped: 'Stopped. Nothing was kept of the file.',
  },
  es: {
    working: 'Se trabaja en {{name}}',
    sent: '{{percent}} % enviado',
    reading: 'Todo está enviado; el nodo lee el resto',
    cancel: 'Parar',
    stopped: 'Parado. No se guardó nada del archivo.',
  },
})
