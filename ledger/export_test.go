package ledger

// Layer is a buffered view, for tests of its own.
type Layer = layer

// NewLayer stands a layer on committed state.
func NewLayer(b Backend) *Layer { return newLayer(committed{b}) }

// Above stands a layer on another one.
func (l *layer) Above() *Layer { return newLayer(l) }

// MergeInto hands the writes down.
func (l *layer) MergeInto(base *Layer) { l.mergeInto(base) }

// Writes lists what the layer changes.
func (l *layer) Writes() []Write { return l.writes() }

// BatchMin is how many signatures make a batch.
const BatchMin = batchMin

// SmallOrder lists the encodings that CheckOneTimeKey refuses.
var SmallOrder = smallOrder[:]
