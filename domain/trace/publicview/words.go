package publicview

// words are the sentences of a language, by name.
type words map[string]string

// say is a sentence. Each language has the same ones, which a test holds.
func (w *words) say(name string) string { return (*w)[name] }

// texts are the languages that there are.
var texts = map[string]*words{"en": {
	"name": "Name", "strength": "Strength", "form": "Form", "manufacturer": "Made by", "owner": "Label of", "ndc": "National Drug Code",
	"lot": "Lot", "class": "Class", "notice": "Notice", "eachLot": "Every lot",
	"classNone": "not given", "class1": "I: can do serious harm", "class2": "II: can do passing harm", "class3": "III: is unlikely to do harm",
	"lotRecalled":     "This lot is recalled",
	"someRecalled":    "Lots of this product are recalled",
	"lotClear":        "No recall of this lot is known here",
	"noneRecalled":    "No recall of this product is known here",
	"whatToDo":        "Compare the lot that is printed on your package. If it is one of these, do not use it: ask your pharmacist, and keep the package.",
	"compareLot":      "Recalls are told by lot: the lot is printed beside the expiry date.",
	"more":            "More that aren't shown:",
	"onePack":         "This page speaks of the product and its lots, and says the same for every serial number. Whether one package is genuine is answered by a pharmacy.",
	"linkInfo":        "Product information",
	"linkRecall":      "Recalls of this product",
	"unknown":         "Nothing is published here about this number",
	"unknownNext":     "Look on the package for its maker, or ask your pharmacist.",
	"checkDigit":      "This is no product number: its last digit does not fit the others",
	"checkDigitNext":  "A digit was misread. Scan the code again, or compare each digit with the print on the package.",
	"unreadable":      "This address names no product",
	"unreadableNext":  "It should read /01/ and the 14 digits of the product (GTIN), then, if it names a lot, /10/ and the lot. Scan the code again.",
	"linkType":        "There is no link of this type",
	"linkTypeNext":    "Ask for gs1:pip, gs1:recallStatus or gs1:defaultLink, or for linkset, which lists all.",
	"often":           "You ask too often",
	"oftenNext":       "Wait a little, and ask again.",
	"unavailable":     "This page can't be made now",
	"unavailableNext": "Ask again in a minute, or ask your pharmacist.",
}, "es": {
	"name": "Nombre", "strength": "Dosis", "form": "Forma", "manufacturer": "Fabricante", "owner": "Marca de", "ndc": "Código nacional (NDC)",
	"lot": "Lote", "class": "Clase", "notice": "Aviso", "eachLot": "Todos los lotes",
	"classNone": "sin indicar", "class1": "I: puede causar daño grave", "class2": "II: puede causar daño pasajero", "class3": "III: es poco probable que cause daño",
	"lotRecalled":     "Este lote está retirado del mercado",
	"someRecalled":    "Hay lotes de este producto retirados del mercado",
	"lotClear":        "Aquí no consta ninguna retirada de este lote",
	"noneRecalled":    "Aquí no consta ninguna retirada de este producto",
	"whatToDo":        "Compare el lote impreso en su envase. Si es uno de estos, no lo use: pregunte a su farmacéutico y guarde el envase.",
	"compareLot":      "Las retiradas se indican por lote: el lote está impreso junto a la fecha de caducidad.",
	"more":            "Otros que no se muestran:",
	"onePack":         "Esta página habla del producto y de sus lotes, y dice lo mismo para cada número de serie. Si un envase es auténtico lo responde una farmacia.",
	"linkInfo":        "Información del producto",
	"linkRecall":      "Retiradas de este producto",
	"unknown":         "Aquí no se publica nada sobre este número",
	"unknownNext":     "Busque en el envase quién lo hace, o pregunte a su farmacéutico.",
	"checkDigit":      "Esto no es un número de producto: su última cifra no concuerda con las demás",
	"checkDigitNext":  "Se leyó mal una cifra. Escanee el código otra vez, o compare cada cifra con lo impreso en el envase.",
	"unreadable":      "Esta dirección no nombra ningún producto",
	"unreadableNext":  "Debe decir /01/ y las 14 cifras del producto (GTIN) y después, si nombra un lote, /10/ y el lote. Escanee el código otra vez.",
	"linkType":        "No hay ningún enlace de este tipo",
	"linkTypeNext":    "Pida gs1:pip, gs1:recallStatus o gs1:defaultLink, o linkset, que los enumera todos.",
	"often":           "Pregunta demasiado a menudo",
	"oftenNext":       "Espere un poco y pregunte otra vez.",
	"unavailable":     "Esta página no se puede hacer ahora",
	"unavailableNext": "Pregunte otra vez dentro de un minuto, o pregunte a su farmacéutico.",
}}
