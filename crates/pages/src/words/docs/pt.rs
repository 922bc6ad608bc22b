//! Portuguese.

use super::Docs;

pub(super) static WORDS: Docs = Docs {
    title: "Para programas",
    text: "O que programas podem fazer aqui, contrato por contrato. Programas leem o mesmo como documentos OpenAPI.",
    calls: "{count} chamadas",
    all: "Todos os contratos",
    document: "O documento, em OpenAPI",
    find: "Encontrar uma chamada",
    find_label: "Um caminho, ou uma palavra do que ela faz",
    find_button: "Encontrar",
    find_nothing: "Nenhuma chamada tem essas palavras.",
    operations: "Chamadas",
    shapes: "Formatos",
    more: "Detalhes de “{name}”",
    known_by: "Quem chama é reconhecido por",
    everybody: "Qualquer pessoa pode chamar.",
    takes: "Recebe",
    required: "obrigatório",
    body: "É enviado",
    answers: "Respostas",
    problems: "Problemas:",
    example: "Exemplo",
    terminal: "Em um terminal",
    copy: "Copiar",
    copied: "Copiado.",
    copy_by_hand: "Selecionado: copie com o teclado.",
};
