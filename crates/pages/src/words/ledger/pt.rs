//! Portuguese.

use super::Ledger;

pub(super) static WORDS: Ledger = Ledger {
    title: "Todos os convites",
    text: "De quem quer que os tenha criado, de todo tipo, e também os pedidos. A página de cada um mostra aonde leva.",
    filter: "Encontrar alguns",
    state: "Situação",
    any_state: "qualquer uma",
    accepted: "aceito",
    kind: "Aonde leva",
    any_kind: "qualquer coisa",
    account: "uma conta",
    channel: "um canal",
    group: "um grupo",
    choir: "um coro",
    namespace: "um espaço de nomes",
    target: "O identificador do destino",
    target_hint: "De um canal, grupo ou espaço de nomes: chn_3, grp_4, nsp_5.",
    target_bad: "Isto não é um identificador como chn_3.",
    maker: "Quem criou",
    recipient: "Para quem",
    name_hint: "O nome inteiro.",
    nobody: "Ninguém se chama assim.",
    label: "Rótulo",
    label_hint: "Como quem criou o escreveu, inteiro.",
    odd: "Escolha uma destas opções.",
    show: "Mostrar",
    none: "Não há nenhum.",
    by: "de {name}",
    by_nobody: "do operador ou de uma chave",
    request: "um pedido",
};
