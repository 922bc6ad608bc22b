//! Portuguese.

use super::Landing;

pub(super) static WORDS: Landing = Landing {
    sign_in: "Entrar e voltar",
    have_account: "Já tem uma conta?",
    members: "Este convite é para quem tem conta.",
    switch: "Entrar com outra conta",
    switch_hint: "Primeiro você sai desta conta; depois volta a este convite.",
    decline: "Recusar",
    arrive: "Você chega em “{target}”.",
    asks: "Este link não deixa ninguém entrar sozinho: você pede, e alguém de lá diz sim ou não.",
    message: "Uma palavra a quem decide",
    message_hint: "Pode ficar em branco.",
    message_long: "Uma palavra tem no máximo 500 caracteres.",
    ask: "Pedir para entrar",
    asked_title: "Você já pediu",
    asked_text: "Quem pode decidir encontra o seu pedido na caixa de entrada. O resultado fica na sua.",
    to_inbox: "Para a sua caixa de entrada",
    to_channels: "Para os seus canais",
};
