package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// emptyLists makes every list of an answer that holds nothing an empty one, so
// that a reader never meets null where the schema promises a list.
func emptyLists(_ huma.Context, _ string, body any) (any, error) {
	v := reflect.ValueOf(body)
	if !v.IsValid() || v.Kind() != reflect.Struct && v.Kind() != reflect.Slice {
		return body, nil
	}
	whole := reflect.New(v.Type()).Elem()
	whole.Set(v)
	fillLists(whole)
	return whole.Interface(), nil
}

// fillLists fills in v and in what it holds.
func fillLists(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() && v.CanSet() && v.Type().Elem().Kind() != reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		if !holdsLists(v.Type().Elem()) {
			return
		}
		for i := range v.Len() {
			fillLists(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fillLists(v.Field(i))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			fillLists(v.Elem())
		}
	}
}

// holdsLists says whether values of a type may hold lists, so that long lists of
// plain values aren't walked.
func holdsLists(t reflect.Type) bool {
	return t.Kind() == reflect.Struct || t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer
}
