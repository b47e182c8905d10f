package tiview

import (
	"bufio"
	"context"
	"fmt"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
)

// Unpacker takes files in which documents are packed.
type Unpacker struct {
	// Packed tells of the beginning of a file, of HeadBytes at most, whether it is one.
	Packed    func(head []byte) bool
	HeadBytes int
	// Message tells of the beginning of a file, of HeadBytes at most, whether it is a message
	// about a case. Its case gets it; it is no transaction data.
	Message func(head []byte) bool
	// Take takes each document of a file by itself, and says what came of each.
	Take func(ctx context.Context, a Arrival) ([]PackedDocument, error)
}

// Unpacked is the answer for a packed file.
type Unpacked struct {
	Packed []PackedDocument `json:"packed" doc:"What came of each document in it"`
}

// PackedDocument is what came of one document of a packed file.
type PackedDocument struct {
	Name     string   `json:"name"`
	Document int64    `json:"document,omitempty" doc:"Number under which it is kept; none where it could not be unpacked"`
	Case     int64    `json:"case,omitempty" doc:"Number of the exception case that it was a message of"`
	State    string   `json:"state"`
	Refused  bool     `json:"refused,omitempty" doc:"It can't be used"`
	Reason   string   `json:"reason,omitempty"`
	Findings int      `json:"findings"`
	Rules    []string `json:"rules,omitempty" doc:"The rules that found something"`
	Holds    bool     `json:"holds_goods,omitempty" doc:"Something in it holds the goods up"`
}

// packed tells whether an upload is to be unpacked or is a message about a case, and
// gives it back whole. What is brought over from another system was settled there: a
// message in it opens no case.
func (u Unpacker) packed(a *Arrival) bool {
	content := bufio.NewReaderSize(a.Reader, u.HeadBytes)
	a.Reader = content
	head, _ := content.Peek(u.HeadBytes) // what is wrong with it, its reader meets again
	return u.Packed(head) || !a.Archive && u.Message(head)
}

func (u Unpacker) take(ctx context.Context, a Arrival) (Unpacked, error) {
	if a.Archive {
		return Unpacked{}, fmt.Errorf("%w: what is brought over from another system is unpacked first", ErrWanting)
	}
	list, err := u.Take(ctx, a)
	return Unpacked{list}, err
}

// taken describes an answer that is of one of two shapes.
func taken(s *api.Server) map[string]*huma.Response {
	schema := &huma.Schema{}
	for _, one := range []any{Detail{}, Unpacked{}} {
		t := reflect.TypeOf(one)
		schema.OneOf = append(schema.OneOf, s.API.OpenAPI().Components.Schemas.Schema(t, true, t.Name()))
	}
	return map[string]*huma.Response{"200": {
		Description: "The document; of a zip archive, a gzip file or a message about a case, what came of each document in it",
		Content:     map[string]*huma.MediaType{"application/json": {Schema: schema}},
	}}
}
