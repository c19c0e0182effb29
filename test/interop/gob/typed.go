package main

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"sort"
	"strconv"
	"time"
	"unicode/utf8"
)

// Typed is a value in JSON with its Go type. Numbers that JSON would round are text.
type Typed struct {
	T      string            `json:"t"`
	V      interface{}       `json:"v,omitempty"`
	B64    *string           `json:"b64,omitempty"`
	Bits   string            `json:"bits,omitempty"`
	Re     string            `json:"re,omitempty"`
	Im     string            `json:"im,omitempty"`
	Items  *[]Typed          `json:"items,omitempty"`
	KV     *[][2]Typed       `json:"kv,omitempty"`
	Fields *map[string]Typed `json:"fields,omitempty"`
	Ptr    *Typed            `json:"ptr,omitempty"`
	NilPtr bool              `json:"nilPtr,omitempty"`
	Sec    string            `json:"sec,omitempty"`
	Nsec   int               `json:"nsec,omitempty"`
	Offset int               `json:"offset,omitempty"`
	UTC    bool              `json:"utc,omitempty"`
	Nil    bool              `json:"nil,omitempty"`
}

var (
	timeType = reflect.TypeOf(time.Time{})
	addrType = reflect.TypeOf(netip.Addr{})
	bigType  = reflect.TypeOf(big.Int{})
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// build converts typed JSON to a Go value.
func build(in Typed) reflect.Value {
	if in.T == "nil" {
		return reflect.Zero(reflect.TypeOf((*interface{})(nil)).Elem())
	}
	t, known := types[in.T]
	if !known {
		panic("unknown type " + in.T)
	}
	out := reflect.New(t).Elem()
	switch {
	case t == timeType:
		out.Set(reflect.ValueOf(buildTime(in)))
	case t == addrType:
		if in.V != nil && in.V.(string) != "" {
			out.Set(reflect.ValueOf(netip.MustParseAddr(in.V.(string))))
		}
	case t == bigType:
		n, ok := new(big.Int).SetString(in.V.(string), 10)
		if !ok {
			panic("not a number")
		}
		out.Set(reflect.ValueOf(*n))
	default:
		fill(out, in)
	}
	return out
}

func buildTime(in Typed) time.Time {
	sec, err := strconv.ParseInt(in.Sec, 10, 64)
	must(err)
	made := time.Unix(sec, int64(in.Nsec))
	if in.UTC {
		return made.UTC()
	}
	return made.In(time.FixedZone("", in.Offset))
}

func fill(out reflect.Value, in Typed) {
	switch out.Kind() {
	case reflect.Bool:
		out.SetBool(in.V == true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(in.V.(string), 10, 64)
		must(err)
		out.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		n, err := strconv.ParseUint(in.V.(string), 10, 64)
		must(err)
		out.SetUint(n)
	case reflect.Float32, reflect.Float64:
		out.SetFloat(fromBits(in.Bits))
	case reflect.Complex64, reflect.Complex128:
		out.SetComplex(complex(fromBits(in.Re), fromBits(in.Im)))
	case reflect.String:
		if in.B64 != nil {
			out.SetString(string(bytesOf(in)))
		} else {
			out.SetString(in.V.(string))
		}
	case reflect.Pointer:
		if in.Ptr != nil {
			out.Set(reflect.New(out.Type().Elem()))
			out.Elem().Set(build(*in.Ptr))
		}
	case reflect.Struct:
		for name, field := range *in.Fields {
			out.FieldByName(name).Set(build(field))
		}
	default:
		fillMany(out, in)
	}
}

func fillMany(out reflect.Value, in Typed) {
	switch out.Kind() {
	case reflect.Slice:
		if in.B64 != nil {
			out.SetBytes(bytesOf(in))
			return
		}
		if in.Nil {
			return
		}
		out.Set(reflect.MakeSlice(out.Type(), len(*in.Items), len(*in.Items)))
		fallthrough
	case reflect.Array:
		for i, item := range *in.Items {
			out.Index(i).Set(build(item))
		}
	case reflect.Map:
		if in.Nil {
			return
		}
		out.Set(reflect.MakeMap(out.Type()))
		for _, pair := range *in.KV {
			out.SetMapIndex(build(pair[0]), build(pair[1]))
		}
	default:
		panic("no value of kind " + out.Kind().String())
	}
}

// show converts a Go value to typed JSON, the inverse of build.
func show(v reflect.Value) Typed {
	for v.Kind() == reflect.Interface {
		if v.IsNil() {
			return Typed{T: "nil"}
		}
		v = v.Elem()
	}
	out := Typed{T: v.Type().String()}
	switch v.Type() {
	case timeType:
		at := v.Interface().(time.Time)
		_, out.Offset = at.Zone()
		out.Sec, out.Nsec, out.UTC = strconv.FormatInt(at.Unix(), 10), at.Nanosecond(), at.Location() == time.UTC
		return out
	case addrType:
		addr := v.Interface().(netip.Addr)
		out.V = ""
		if addr.IsValid() {
			out.V = addr.StringExpanded()
		}
		return out
	case bigType:
		n := v.Interface().(big.Int)
		out.V = n.String()
		return out
	}
	switch v.Kind() {
	case reflect.Bool:
		out.V = v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		out.V = strconv.FormatInt(v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		out.V = strconv.FormatUint(v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		out.Bits = toBits(v.Float())
	case reflect.Complex64, reflect.Complex128:
		out.Re, out.Im = toBits(real(v.Complex())), toBits(imag(v.Complex()))
	case reflect.String:
		if utf8.ValidString(v.String()) {
			out.V = v.String()
		} else {
			out.B64 = base64Of([]byte(v.String()))
		}
	case reflect.Pointer:
		if v.IsNil() {
			out.NilPtr = true
		} else {
			inner := show(v.Elem())
			out.Ptr = &inner
		}
	case reflect.Struct:
		fields := map[string]Typed{}
		out.Fields = &fields
		for i := 0; i < v.NumField(); i++ {
			if field := v.Type().Field(i); field.IsExported() && field.Type.Kind() != reflect.Chan {
				fields[field.Name] = show(v.Field(i))
			}
		}
	default:
		showMany(v, &out)
	}
	return out
}

func showMany(v reflect.Value, out *Typed) {
	switch v.Kind() {
	case reflect.Slice:
		out.Nil = v.IsNil()
		if v.Type().Elem().Kind() == reflect.Uint8 {
			out.B64 = base64Of(v.Bytes())
			return
		}
		fallthrough
	case reflect.Array:
		items := make([]Typed, v.Len())
		for i := range items {
			items[i] = show(v.Index(i))
		}
		out.Items = &items
	case reflect.Map:
		out.Nil = v.IsNil()
		pairs := [][2]Typed{}
		for it := v.MapRange(); it.Next(); {
			pairs = append(pairs, [2]Typed{show(it.Key()), show(it.Value())})
		}
		sort.Slice(pairs, func(i, j int) bool { return fmt.Sprint(pairs[i][0]) < fmt.Sprint(pairs[j][0]) })
		out.KV = &pairs
	default:
		panic("no value of kind " + v.Kind().String())
	}
}

func fromBits(text string) float64 {
	bits, err := strconv.ParseUint(text, 16, 64)
	must(err)
	return math.Float64frombits(bits)
}

func toBits(f float64) string { return fmt.Sprintf("%016x", math.Float64bits(f)) }

func bytesOf(in Typed) []byte {
	data, err := base64.StdEncoding.DecodeString(*in.B64)
	must(err)
	return data
}

func base64Of(data []byte) *string {
	text := base64.StdEncoding.EncodeToString(data)
	return &text
}
