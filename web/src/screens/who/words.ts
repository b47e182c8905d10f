import { area } from '../../words/area'

/** The sentences of who one acts for, and of going to another organisation. */
export const words = area('org', {
  en: {
    title: 'Who you act for',
    other: 'Sign in as somebody else',
    demo: 'Be somebody else of the demonstration',
    more: 'Sign in for another organisation as well',
    change: 'Act for {{org}} as {{name}}',
    switch: 'Other organisations',
    why: 'Each organisation has a console, people and keys of its own. Keep the addresses of those you work for here; they stay in this browser.',
    none: 'None is kept yet.',
    name: 'Name of the organisation',
    address: 'Address of its console',
    hint: 'Such as https://pedigree.example.org',
    add: 'Keep it',
    bad: 'That is no address of a web page. It begins with https://.',
    remove: 'Remove {{name}}',
  },
  es: {
    title: 'Por quién actúa',
    other: 'Entrar como otra persona',
    demo: 'Ser otra persona de la demostración',
    more: 'Iniciar sesión también en otra organización',
    change: 'Actuar por {{org}} como {{name}}',
    switch: 'Otras organizaciones',
    why: 'Cada organización tiene su propia consola, personas y claves. Guarde aquí las direcciones de aquellas para las que trabaja; se quedan en este navegador.',
    none: 'Aún no hay ninguna.',
    name: 'Nombre de la organización',
    address: 'Dirección de su consola',
    hint: 'Por ejemplo https://pedigree.example.org',
    add: 'Guardarla',
    bad: 'Eso no es la dirección de una página web. Empieza por https://.',
    remove: 'Quitar {{name}}',
  },
})
