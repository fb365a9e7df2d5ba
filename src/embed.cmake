# cmake -DINPUT=file -DOUTPUT=file.c -DNAME=function -P embed.cmake
# Writes a C function that returns the file's text: literals of this length are more than C promises to take.
file(READ "${INPUT}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
file(WRITE "${OUTPUT}" "#include \"csupport/policy.h\"\n\nstatic const char text[] = {\n${bytes}0};\n\nconst char *${NAME}(void) {\n  return text;\n}\n")
