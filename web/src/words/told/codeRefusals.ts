// What is wrong with a code or an identifier, in Spanish: [what is so, what to do now], by
// the rule of GS1 (docs/reference/gs1.md). Loaded when somebody reads Spanish.
const print = 'Compárelo con lo impreso en el envase.'
const one = 'Escanee una sola cosa a la vez.'

export const codeRefusals: Record<string, [string, string]> = {
  'gs1/empty': ['No hay nada que leer, o un elemento no tiene valor.', 'Envíe el texto de nuevo, completo.'],
  'gs1/too-long': ['El texto, o el número de sus elementos, pasa de lo permitido.', 'Envíe un solo código a la vez.'],
  'gs1/unrecognised': [
    'El texto no tiene ninguna de las formas que aquí se leen.',
    'Escanee otra vez, o escriba los números con sus paréntesis, como (01)…(21)….',
  ],
  'gs1/ambiguous': [
    'El texto puede leerse como dos identificadores distintos.',
    'Escriba delante el identificador de aplicación, como (01) o (414).',
  ],
  'gs1/charset': [
    'Hay un carácter que la norma no admite ahí.',
    'Compárelo con lo impreso en el envase; revise el teclado del lector.',
  ],
  'gs1/digits': ['Donde solo puede haber cifras hay otro carácter.', print],
  'gs1/length': [
    'Un valor es más corto o más largo de lo que admite la norma.',
    'Compárelo con lo impreso; puede faltar un separador (FNC1).',
  ],
  'gs1/lot-length': [
    'Un lote (AI 10) tiene más de 20 caracteres.',
    'Revise el lote; si le sigue otro elemento, falta el separador (FNC1).',
  ],
  'gs1/serial-length': [
    'Un número de serie (AI 21) tiene más de 20 caracteres.',
    'Revise el número; si le sigue otro elemento, falta el separador (FNC1).',
  ],
  'gs1/check-digit': [
    'El dígito de control no concuerda con las demás cifras.',
    'Una cifra está mal: compárela con lo impreso en el envase.',
  ],
  'gs1/check-characters': [
    'Los dos caracteres de control no concuerdan con los demás.',
    'Un carácter está mal: compárelo con la fuente.',
  ],
  'gs1/date': ['Una fecha no existe o no está escrita como pide el elemento.', 'Escríbala como AAMMDD.'],
  'gs1/time': ['Una hora del día no existe.', 'Escríbala como HHMM, de 0000 a 2359.'],
  'gs1/code': ['Un código no está en la lista a la que remite la norma.', 'Use un código de la lista nombrada.'],
  'gs1/value': ['Un valor rompe una regla de su elemento.', print],
  'gs1/unknown-ai': [
    'Las cifras no son ningún identificador de aplicación.',
    'Puede faltar antes un separador (FNC1), o el código no es de GS1.',
  ],
  'gs1/repeated-ai': ['Un identificador de aplicación está dos veces con valores distintos.', one],
  'gs1/missing-ai': [
    'Un elemento solo puede usarse junto con otro, que falta.',
    'Escanee también el otro código de la misma cosa.',
  ],
  'gs1/excluded-ai': ['Hay dos elementos que no pueden usarse juntos.', one],
  'gs1/separator': [
    'Hay un separador (FNC1) donde no puede haberlo.',
    'Escanee otra vez; revise la configuración del lector.',
  ],
  'gs1/symbology': [
    'El símbolo no es el de un código GS1.',
    'Escanee el código de GS1: DataMatrix, GS1-128, QR o DataBar.',
  ],
  'gs1/bracket': [
    'Los paréntesis de un identificador de aplicación están mal.',
    'Escriba (AI)valor(AI)valor; escriba \\( si el paréntesis es parte del valor.',
  ],
  'gs1/uri': ['La dirección web está mal formada.', 'Copie otra vez la dirección entera.'],
  'gs1/percent': [
    'A un signo de porcentaje no le siguen dos cifras hexadecimales.',
    'Escriba el carácter como %25, o %2F para /.',
  ],
  'gs1/compressed': [
    'La dirección es, o parece, un Digital Link comprimido, que aquí no se lee.',
    'Pida al remitente la dirección sin comprimir.',
  ],
  'gs1/no-key': [
    'No hay ninguna clave de identificación de GS1.',
    'La dirección debe llevar una clave como /01/ y un GTIN, o /00/ y un SSCC.',
  ],
  'gs1/qualifier': [
    'Un calificador no pertenece a la clave, o está en mal orden.',
    'Para un GTIN el orden es /22/, /10/, /21/.',
  ],
  'gs1/attribute': [
    'Ese elemento no se permite como atributo de un Digital Link.',
    'Ponga los calificadores en la ruta.',
  ],
  'gs1/urn': [
    'La URN de EPC no tiene las partes que pide su esquema.',
    'Compárela con urn:epc:id:sgtin:PREFIJO.INDICADORYARTÍCULO.SERIE.',
  ],
  'gs1/urn-scheme': [
    'El esquema de EPC no se conoce, o no tiene clave de GS1.',
    'Use un esquema de GS1, como sgtin, sscc o sgln.',
  ],
  'gs1/pattern': [
    'Hay un * donde no puede haberlo en un patrón de EPC, o el patrón nombra más o menos de lo pedido.',
    'El * sustituye partes enteras, desde la derecha; para una clase, solo la última.',
  ],
  'gs1/prefix-length': [
    'El prefijo de empresa de una URN de EPC debe tener de 6 a 12 cifras, y las partes juntas un número fijo.',
    'Revise dónde está el punto tras el prefijo.',
  ],
  'gs1/prefix-length-unknown': [
    'No se sabe cuántas cifras tiene el prefijo de empresa, así que no se puede hacer la URN de EPC.',
    'Dé el prefijo de empresa, o conserve el Digital Link.',
  ],
  'gs1/prefix-overlap': ['Un prefijo de empresa de la tabla comienza por otro.', 'Conserve el que tiene licencia.'],
  'gs1/prefix-list': [
    'La lista de longitudes de prefijos no tiene ninguna de las dos formas de GS1, o se contradice.',
    'Tráigala otra vez de GS1, en JSON o XML, completa.',
  ],
  'gs1/ndc': ['El texto no es un National Drug Code.', 'Escriba diez cifras como 4-4-2, 5-3-2 o 5-4-1.'],
  'gs1/ndc-split-unknown': ['No se sabe dónde van los guiones de ese National Drug Code.', 'Dé el código con guiones.'],
}
