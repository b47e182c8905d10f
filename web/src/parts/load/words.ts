// What is said of a file that the node loads as a job.
import { area } from '../../words/area'

const en = {
  under: 'Loads',
  states: { running: 'Running', paused: 'Stopped', failed: 'Failed', done: 'Loaded' },
  waiting: 'In line, or being read …',
  stop: 'Stop',
  goOn: 'Go on',
}

const es: typeof en = {
  under: 'Cargas',
  states: { running: 'En marcha', paused: 'Detenida', failed: 'Fallida', done: 'Terminada' },
  waiting: 'En espera o en lectura …',
  stop: 'Detener',
  goOn: 'Seguir',
}

export const words = area('load', { en, es })
